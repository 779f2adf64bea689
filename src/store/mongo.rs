//! stub
use super::{Document, DocumentId, Page, StoreError, Watch};
pub(super) struct Mongo;
impl Mongo {
    pub(super) async fn open(_url: &str, _watch: Watch) -> Result<Self, StoreError> {
        Err(StoreError::Unavailable("MongoDB is not built in yet".to_owned()))
    }
    pub(super) async fn get<D: Document>(&self, _id: &DocumentId) -> Result<Option<D>, StoreError> {
        Ok(None)
    }
    pub(super) async fn find<D: Document>(&self, _key: &str) -> Result<Option<D>, StoreError> {
        Ok(None)
    }
    pub(super) async fn page<D: Document>(&self, _page: &Page<'_>) -> Result<Vec<D>, StoreError> {
        Ok(Vec::new())
    }
    pub(super) async fn insert<D: Document>(&self, _document: &D) -> Result<(), StoreError> {
        Ok(())
    }
    pub(super) async fn replace<D: Document>(&self, _document: &D) -> Result<bool, StoreError> {
        Ok(false)
    }
    pub(super) async fn take<D: Document>(&self, _id: &DocumentId) -> Result<Option<D>, StoreError> {
        Ok(None)
    }
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
    pub(super) async fn close(&self) {}
}
