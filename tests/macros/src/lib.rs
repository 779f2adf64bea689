//! `#[on_every_store]` and `#[on_mongo]`: run an integration test on SQLite and on MongoDB, or on MongoDB alone.

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
    let function = parse_macro_input!(item as ItemFn);
    let inputs = &function.sig.inputs;
    let (Some(FnArg::Typed(PatType { ty, .. })), 1) = (inputs.first(), inputs.len()) else {
        let message =
            "expected `async fn name(location: StoreLocation)` or `async fn name(store: TestStore)`";
        return Error::new_spanned(&function.sig, message).to_compile_error().into();
    };
    let tests = quote! {
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn sqlite() {
            test(<#ty as crate::harness::stores::OnStore>::on_sqlite().await).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn mongo() {
            test(<#ty as crate::harness::stores::OnStore>::on_mongo().await).await;
        }
    };
    module(&function, &tests)
}

/// Replaces a test that needs a MongoDB server by a module with the test `mongo`, so that a filter can leave it out by name.
#[proc_macro_attribute]
pub fn on_mongo(_: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    if !function.sig.inputs.is_empty() {
        return Error::new_spanned(&function.sig, "expected no parameter").to_compile_error().into();
    }
    let tests = quote! {
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn mongo() {
            test().await;
        }
    };
    module(&function, &tests)
}

fn module(function: &ItemFn, tests: &proc_macro2::TokenStream) -> TokenStream {
    let ItemFn { attrs, sig, block, .. } = function;
    let (name, inputs) = (&sig.ident, &sig.inputs);
    if sig.asyncness.is_none() {
        return Error::new_spanned(sig, "expected an `async fn`").to_compile_error().into();
    }
    quote! {
        #(#attrs)*
        mod #name {
            use super::*;

            async fn test(#inputs) #block

            #tests
        }
    }
    .into()
}
