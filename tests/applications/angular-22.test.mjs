// The sample application in Angular 22.
import { createApplication } from './harness/application.mjs';
import { testMainPath } from './main-path.mjs';

testMainPath(createApplication({ major: 22, settings: { VESTIBULE_SESSION_IDLE: '20s' } }));
