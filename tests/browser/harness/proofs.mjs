// Time that passes for proofs alone: a test cannot wait ten minutes, and the running service has no clock to turn.
import { MongoClient } from 'mongodb';

const LONG_AGO = 11 * 60_000;
/** A change in the store reaches every replica within this many milliseconds. */
const TAKES_EFFECT = 1_500;

/** Everybody who is signed in did so 11 minutes ago, as far as the store knows. */
export async function ageProofs(store) {
  const client = new MongoClient(store.settings.VESTIBULE_DATABASE_URL);
  try {
    const sessions = client.db().collection('sessions');
    const earlier = { $subtract: ['$provenAt', LONG_AGO] };
    const { modifiedCount } = await sessions.updateMany(
      { state: 'signedIn', ended: null },
      [{ $set: { provenAt: earlier, revision: { $add: ['$revision', 1] } } }],
      { writeConcern: { w: 'majority' } },
    );
    if (modifiedCount === 0) throw new Error('there is no session whose proof could be old');
  } finally {
    await client.close();
  }
  await new Promise((done) => setTimeout(done, TAKES_EFFECT));
}
