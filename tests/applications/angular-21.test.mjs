// The sample application in Angular 21, without zone.js.
import { countingFiles, longIdle, testChangeDetection } from './change-detection.mjs';
import { createApplication } from './harness/application.mjs';
import { testMainPath } from './main-path.mjs';

const application = createApplication({
  major: 21,
  files: countingFiles,
  settings: { VESTIBULE_SESSION_IDLE: '60s' },
});
testMainPath(application);
testChangeDetection(createApplication({ major: 21, builtBy: application, settings: longIdle }));
