// The sample application in Angular 21.
import { createApplication } from './harness/application.mjs';
import { testMainPath } from './main-path.mjs';

testMainPath(createApplication({ major: 21, settings: { VESTIBULE_SESSION_IDLE: '20s' } }));
