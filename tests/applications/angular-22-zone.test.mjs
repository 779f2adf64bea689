// The sample application in Angular 22 with zone.js, as an application has it that came from an older version.
import { countingZoneFiles, longIdle, testChangeDetection } from './change-detection.mjs';
import { createApplication } from './harness/application.mjs';

testChangeDetection(
  createApplication({ major: 22, zone: true, files: countingZoneFiles, settings: longIdle }),
);
