//! Routes with their descriptions. A handler is added only together with its operation.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{self, MethodRouter},
};

use super::{
    handler::{DescribedHandler, Description},
    operation::Operation,
};
use crate::app::AppState;

/// Whom the layers of a group of routes accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Pages of the browser. A request that changes something needs the CSRF token.
    Browser,
    /// As [`Group::Browser`], with a signed-in session.
    SignedIn,
    /// Another site or server calls it: no CSRF token.
    Others,
}

/// An operation of a route.
pub(super) struct Described {
    pub(super) method: Method,
    pub(super) operation: &'static Operation,
    pub(super) describe: fn(&mut Description<'_>),
}

/// A route with its operations.
pub(super) struct DescribedRoute {
    pub(super) group: Group,
    pub(super) path: &'static str,
    pub(super) operations: Vec<Described>,
}

/// The methods of a path.
pub(crate) struct Methods {
    router: MethodRouter<AppState>,
    operations: Vec<Described>,
}

macro_rules! methods {
    ($($name:ident $method:ident;)+) => {
        $(
            /// Adds the method with its operation.
            pub(crate) fn $name<H, T>(operation: &'static Operation, handler: H) -> Methods
            where
                H: DescribedHandler<T>,
                T: 'static,
            {
                Methods { router: MethodRouter::new(), operations: Vec::new() }.$name(operation, handler)
            }
        )+

        impl Methods {
            $(
                /// Adds the method with its operation.
                pub(crate) fn $name<H, T>(mut self, operation: &'static Operation, handler: H) -> Self
                where
                    H: DescribedHandler<T>,
                    T: 'static,
                {
                    let describe = H::describe;
                    self.operations.push(Described { method: Method::$method, operation, describe });
                    Self { router: self.router.$name(handler), ..self }
                }
            )+
        }
    };
}

methods! { get GET; post POST; patch PATCH; delete DELETE; }

/// Adds a handler of all methods, of which only GET does anything.
pub(crate) fn any_as_get<H, T>(operation: &'static Operation, handler: H) -> Methods
where
    H: DescribedHandler<T>,
    T: 'static,
{
    let describe = H::describe;
    let operations = vec![Described { method: Method::GET, operation, describe }];
    Methods { router: routing::any(handler), operations }
}

impl Methods {
    /// Answers HEAD in another way than GET. It is not part of the document.
    pub(crate) fn head<H: Handler<T, AppState>, T: 'static>(self, refusal: H) -> Self {
        Self { router: self.router.head(refusal), ..self }
    }

    /// Answers the other methods. They are not part of the document.
    pub(crate) fn fallback<H: Handler<T, AppState>, T: 'static>(self, refusal: H) -> Self {
        Self { router: self.router.fallback(refusal), ..self }
    }
}

/// A group of routes with their descriptions.
pub(crate) struct Routes {
    group: Group,
    router: Router<AppState>,
    described: Vec<DescribedRoute>,
}

impl Routes {
    pub(crate) fn new(group: Group) -> Self {
        Self { group, router: Router::new(), described: Vec::new() }
    }

    /// Adds the methods of a path.
    pub(crate) fn route(mut self, path: &'static str, methods: Methods) -> Self {
        let Methods { router, operations } = methods;
        self.described.push(DescribedRoute { group: self.group, path, operations });
        Self { router: self.router.route(path, router), ..self }
    }

    /// Answers all paths that are no route. They are not part of the document.
    pub(crate) fn unknown_paths<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        refusal: H,
    ) -> Self {
        Self { router: self.router.route(path, routing::any(refusal)), ..self }
    }

    /// Returns the side that the service answers.
    pub(crate) fn into_router(self) -> Router<AppState> {
        self.router
    }

    /// Returns the side that the document describes.
    pub(super) fn into_described(self) -> Vec<DescribedRoute> {
        self.described
    }
}
