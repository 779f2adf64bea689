// The server of a team before Vestibule: Express, express-session, Mongoose, bcrypt and speakeasy, with the routes and the user model of the
// document that many such servers follow. It runs until its stdin is closed.
//
//   node first-application.mjs mongodb://HOST/DATABASE        prints {"port": N}
import { createServer } from 'node:http';
import bcrypt from 'bcryptjs';
import MongoStore from 'connect-mongo';
import express from 'express';
import session from 'express-session';
import mongoose from 'mongoose';
import speakeasy from 'speakeasy';

const url = process.argv[2];
await mongoose.connect(url);

const User = mongoose.model(
  'User',
  new mongoose.Schema({
    username: String,
    passwordHash: String,
    mfaSecret: String,
    mfaEnabled: { type: Boolean, default: false },
    authProvider: { type: String, default: 'local' },
  }),
);
await User.init();

const app = express();
app.use(express.json());
app.use(
  session({
    secret: 'a secret of the team',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, maxAge: 10 * 60 * 1000 },
    store: MongoStore.create({ mongoUrl: url }),
  }),
);

app.post('/api/users', async ({ body: { username, password, ...more } }, response) => {
  const passwordHash = password === undefined ? undefined : await bcrypt.hash(password, 10);
  response.json({ id: (await User.create({ username, passwordHash, ...more })).id });
});

app.post('/api/auth/login', async (request, response) => {
  const { username, password } = request.body;
  const user = await User.findOne({ username });
  if (!user || !(await bcrypt.compare(password, user.passwordHash))) {
    return response.status(401).json({ message: 'Invalid credentials' });
  }
  request.session.userId = user.id;
  request.session.mfaPassed = !user.mfaEnabled;
  return response.json({ needMfa: user.mfaEnabled });
});

app.post('/api/mfa/setup', async (request, response) => {
  const secret = speakeasy.generateSecret({ name: 'MyApp' });
  await User.findByIdAndUpdate(request.session.userId, { mfaSecret: secret.base32, mfaEnabled: false });
  // The real one sends it as a picture.
  response.json({ otpauth: secret.otpauth_url });
});

app.post('/api/mfa/verify', async (request, response) => {
  const user = await User.findById(request.session.userId);
  const token = request.body.code;
  if (!speakeasy.totp.verify({ secret: user.mfaSecret, encoding: 'base32', token, window: 1 })) {
    return response.status(400).json({ message: 'Invalid code' });
  }
  user.mfaEnabled = true;
  await user.save();
  request.session.mfaPassed = true;
  return response.json({ message: 'MFA verified & enabled' });
});

app.get('/api/auth/me', async (request, response) => {
  if (!request.session.mfaPassed) return response.status(401).json({ message: 'Not authenticated' });
  return response.json({ username: (await User.findById(request.session.userId)).username });
});

const server = createServer(app).listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
process.stdin.resume().on('end', () => process.exit(0));
