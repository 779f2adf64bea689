// Loads the English texts before each test file, so that a test needs no wait and no server.
import { loadTexts } from '../pages/text/text-loader';

await loadTexts('en');
