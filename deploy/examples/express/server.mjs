// An API with Express. Run: VESTIBULE_URL=http://localhost:3000 PORT=4000 node server.mjs
import express from 'express';

const vestibule = process.env.VESTIBULE_URL ?? 'http://localhost:3000';
const forwarded = ['cookie', 'origin', 'sec-fetch-site', 'x-xsrf-token'];

/** Lets a request pass if its user is signed in and has one of the roles. An unsafe method also needs the CSRF token. */
const signedIn = (role) => async (request, response, next) => {
  const headers = { 'x-forwarded-method': request.method };
  for (const name of forwarded) if (request.get(name)) headers[name] = request.get(name);
  const query = role ? `?role=${encodeURIComponent(role)}` : '';
  const answer = await fetch(`${vestibule}/api/auth/verify${query}`, { headers });
  const body = await answer.json();
  if (!answer.ok) return response.status(answer.status).json(body);
  request.user = body.user;
  next();
};

const app = express();
app.get('/api/orders', signedIn(), (request, response) => response.json({ user: request.user.username }));
app.post('/api/orders', signedIn(), (request, response) => response.json({ user: request.user.username }));
app.get('/api/reports', signedIn('admin,auditor'), (request, response) =>
  response.json({ user: request.user.username }),
);
app.listen(process.env.PORT ?? 4000, '127.0.0.1');
