// Makes logins and sent codes old: a test cannot wait ten minutes, and a test cannot set the clock of the running service.
import { MongoClient } from 'mongodb';

const AGE_MS = 11 * 60_000;
/** Time after which every replica has read a change in the store. */
const PROPAGATION_MS = 1_500;

/** Moves the last login of every signed-in session 11 minutes into the past. */
export async function ageAuthentication(store) {
  const earlier = { $subtract: ['$authentication.authenticatedAt', AGE_MS] };
  await change(
    store,
    'sessions',
    { state: 'signedIn', ended: null },
    { 'authentication.authenticatedAt': earlier },
  );
  await new Promise((done) => setTimeout(done, PROPAGATION_MS));
}

/** Moves every code that was sent by mail or SMS into the past. */
export async function ageCodes(store, milliseconds) {
  const earlier = (field) => ({ $subtract: [field, milliseconds] });
  await change(store, 'message_codes', {}, { sentAt: earlier('$sentAt'), expiresAt: earlier('$expiresAt') });
}

async function change(store, collection, filter, fields) {
  const client = new MongoClient(store.settings.VESTIBULE_DATABASE_URL);
  try {
    const { modifiedCount } = await client
      .db()
      .collection(collection)
      .updateMany(filter, [{ $set: { ...fields, revision: { $add: ['$revision', 1] } } }], {
        writeConcern: { w: 'majority' },
      });
    if (modifiedCount === 0) throw new Error(`the store has nothing to change in ${collection}`);
  } finally {
    await client.close();
  }
}
