// The sample application in Angular 20, with zone.js as `ng new` of that version makes it.
import { countingFiles, longIdle, testChangeDetection } from './change-detection.mjs';
import { createApplication } from './harness/application.mjs';
import { testMainPath } from './main-path.mjs';

const application = createApplication({
  major: 20,
  zone: true,
  files: countingFiles,
  settings: { VESTIBULE_SESSION_IDLE: '60s' },
});
testMainPath(application);
testChangeDetection(createApplication({ major: 20, builtBy: application, settings: longIdle }));
