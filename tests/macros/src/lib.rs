//! `#[on_every_store]`: runs an integration test on SQLite and on MongoDB.

use proc_macro::TokenStream;
use quote::quote;
use syn::{Error, FnArg, ItemFn, PatType, parse_macro_input};

/// Replaces a test by a module of the same name with the two tests `sqlite` and `mongo`.
///
/// ```ignore
/// #[on_every_store]
/// async fn known_user_signs_in(location: StoreLocation) { … }
/// ```
///
/// becomes `known_user_signs_in::sqlite` and `known_user_signs_in::mongo`. The type of the only parameter implements
/// `crate::harness::stores::OnStore`, which creates the value. Attributes of the function move to the module.
#[proc_macro_attribute]
pub fn on_every_store(_: TokenStream, item: TokenStream) -> TokenStream {
    let ItemFn { attrs, vis: _, sig, block } = parse_macro_input!(item as ItemFn);
    let (name, inputs) = (&sig.ident, &sig.inputs);
    let (Some(FnArg::Typed(PatType { ty, .. })), 1, Some(_)) = (inputs.first(), inputs.len(), sig.asyncness)
    else {
        let message =
            "expected `async fn name(location: StoreLocation)` or `async fn name(store: TestStore)`";
        return Error::new_spanned(&sig, message).to_compile_error().into();
    };
    quote! {
        #(#attrs)*
        mod #name {
            use super::*;

            async fn test(#inputs) #block

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                test(<#ty as crate::harness::stores::OnStore>::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn mongo() {
                test(<#ty as crate::harness::stores::OnStore>::on_mongo().await).await;
            }
        }
    }
    .into()
}
