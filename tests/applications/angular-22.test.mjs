// The sample application in Angular 22, served with a strict content security policy.
import { createApplication } from './harness/application.mjs';
import { strictPolicy, testEnvironments } from './environments.mjs';
import { testMainPath } from './main-path.mjs';

const application = createApplication({
  major: 22,
  settings: { VESTIBULE_SESSION_IDLE: '20s' },
  front: strictPolicy,
});
testMainPath(application);
testEnvironments(application);
