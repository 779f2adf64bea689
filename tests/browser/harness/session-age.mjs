// Makes logins old: a test cannot wait ten minutes, and a test cannot set the clock of the running service.
import { MongoClient } from 'mongodb';

const AGE_MS = 11 * 60_000;
/** Time after which every replica has read a change in the store. */
const PROPAGATION_MS = 1_500;

/** Moves the last login of every signed-in session 11 minutes into the past. */
export async function ageAuthentication(store) {
  const client = new MongoClient(store.settings.VESTIBULE_DATABASE_URL);
  try {
    const sessions = client.db().collection('sessions');
    const earlier = { $subtract: ['$authentication.authenticatedAt', AGE_MS] };
    const { modifiedCount } = await sessions.updateMany(
      { state: 'signedIn', ended: null },
      [{ $set: { 'authentication.authenticatedAt': earlier, revision: { $add: ['$revision', 1] } } }],
      { writeConcern: { w: 'majority' } },
    );
    if (modifiedCount === 0) throw new Error('the store has no signed-in session to change');
  } finally {
    await client.close();
  }
  await new Promise((done) => setTimeout(done, PROPAGATION_MS));
}
