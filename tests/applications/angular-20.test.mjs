// The sample application in Angular 20, with zone.js as ng new makes it.
import { createApplication } from './harness/application.mjs';
import { testMainPath } from './main-path.mjs';

testMainPath(createApplication({ major: 20, settings: { VESTIBULE_SESSION_IDLE: '20s' }, zone: true }));
