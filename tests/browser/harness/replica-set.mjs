// Makes a replica set of new MongoDB servers and exits when it has a primary.
// Usage: node replica-set.mjs 127.0.0.1:27117,127.0.0.1:27118,127.0.0.1:27119
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

const members = process.argv[2].split(',');
const client = new MongoClient(
  `mongodb://${members[0]}/?directConnection=true&serverSelectionTimeoutMS=20000`,
);
const admin = client.db('admin');
try {
  await admin.command({
    replSetInitiate: {
      _id: 'rs0',
      members: members.map((host, _id) => ({ _id, host })),
      // No test stops the member of a set of one, so its writes need not wait for the disk.
      writeConcernMajorityJournalDefault: members.length > 1,
      // The default of 10 s delays the first election, and every test waits for it.
      settings: { electionTimeoutMillis: 3000, heartbeatIntervalMillis: 500 },
    },
  });
} finally {
  await client.close();
}

const set = new MongoClient(`mongodb://${members.join(',')}/?replicaSet=rs0&serverSelectionTimeoutMS=60000`);
try {
  // A majority write proves more than an election: the members replicate from the primary.
  const probe = set.db('vestibule-probe').collection('probe', { writeConcern: { w: 'majority' } });
  await probe.insertOne({});
  await probe.drop();
  for (let tries = 0; ; tries++) {
    const { members: states } = await set.db('admin').command({ replSetGetStatus: 1 });
    if (states.every(({ stateStr }) => stateStr === 'PRIMARY' || stateStr === 'SECONDARY')) break;
    if (tries === 300)
      throw new Error(states.map(({ name, stateStr }) => `${name} is ${stateStr}`).join(', '));
    await sleep(100);
  }
  await raiseElectionTimeout(set.db('admin'));
} finally {
  await set.close();
}

// No test stops the primary. The replica set must keep it when the machine stalls for some seconds.
async function raiseElectionTimeout(admin) {
  for (let tries = 0; ; tries++) {
    const { config } = await admin.command({ replSetGetConfig: 1 });
    config.version += 1;
    config.settings.electionTimeoutMillis = 30_000;
    try {
      return await admin.command({ replSetReconfig: config });
    } catch (error) {
      // Some members may not have the previous configuration yet.
      if (tries === 100) throw error;
      await sleep(100);
    }
  }
}
