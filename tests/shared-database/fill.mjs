// Fills the database of a URL as another application does: users and events by Mongoose, sessions by connect-mongo, counters by hand.
// Usage: node fill.mjs mongodb://HOST/DATABASE
import MongoStore from 'connect-mongo';
import mongoose from 'mongoose';

const url = process.argv[2];
await mongoose.connect(url);

const User = mongoose.model(
  'User',
  new mongoose.Schema(
    {
      username: { type: String, unique: true },
      email: { type: String, unique: true, sparse: true },
      password: String,
      roles: [String],
      // The names that Vestibule uses for its own fields: its expiry would delete these documents.
      purgeAt: Date,
      tags: [String],
      handles: [String],
    },
    { timestamps: true },
  ),
);
const Event = mongoose.model('Event', new mongoose.Schema({ name: String, at: Date }, { capped: 65536 }));
const Counter = mongoose.model('Counter', new mongoose.Schema({ _id: String, seq: Number }));

await Promise.all([User.init(), Event.init(), Counter.init()]);
const longAgo = new Date('2020-01-01T00:00:00Z');
await User.create([
  {
    username: 'ada',
    email: 'ada@corp.example',
    password: '$2b$10$x',
    purgeAt: longAgo,
    handles: ['name:ada'],
  },
  { username: 'grace', roles: ['admin'], purgeAt: longAgo, handles: ['name:ada'], tags: ['legacyHash'] },
]);
await Event.create([
  { name: 'signup', at: longAgo },
  { name: 'login', at: new Date() },
]);
await Counter.create([{ _id: 'invoice', seq: 41 }]);

const sessions = MongoStore.create({ mongoUrl: url, ttl: 86400 });
const session = { cookie: { expires: new Date('2090-01-01T00:00:00Z') }, passport: { user: 'ada' } };
await new Promise((done, fail) => sessions.set('sid-1', session, (error) => (error ? fail(error) : done())));
await sessions.close();
await mongoose.disconnect();
