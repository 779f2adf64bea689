// Creates the replica set and its users for deploy/compose.yaml, in mongosh at the loopback address of the server.
// Until the first user exists, the server accepts it without a password (localhost exception).
const { readFileSync } = require('node:fs');
const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const admin = db.getSiblingDB('admin');
const adminPassword = secret('mongodb-admin-password');
const url = new URL(secret('database-url'));
const service = { name: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
const database = db.getSiblingDB(url.pathname.slice(1));

/** Returns whether the administrator exists with this password. */
function signIn() {
  try {
    return admin.auth('admin', adminPassword).ok === 1;
  } catch (error) {
    // A wrong password must stop here. The first start has no user at all, and then the next command succeeds.
    if (error.codeName !== 'AuthenticationFailed') throw error;
    return false;
  }
}

function waitForPrimary() {
  for (let waited = 0; !db.hello().isWritablePrimary; waited += 1) {
    if (waited === 240)
      throw new Error(
        'The replica set has no primary after 60 seconds; see the log of the service database.',
      );
    sleep(250);
  }
}

if (!signIn()) {
  if (!db.hello().setName) rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'database:27017' }] });
  waitForPrimary();
  admin.createUser({ user: 'admin', pwd: adminPassword, roles: ['root'] });
  admin.auth('admin', adminPassword);
}
waitForPrimary();
const roles = [{ role: 'readWrite', db: database.getName() }];
if (database.getUser(service.name)) database.updateUser(service.name, { pwd: service.password, roles });
else database.createUser({ user: service.name, pwd: service.password, roles });
print(`The replica set is ready. The user ${service.name} can use the database ${database.getName()}.`);
