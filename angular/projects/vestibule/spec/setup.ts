// Loads the English texts before each test file, so that a test needs no wait and no server.
import { loadTexts } from '../pages/text/text-loader';

await loadTexts('en', true);

// Test files share one storage: a language that one test chose must not be the language of the next one.
beforeEach(() => localStorage.removeItem('vestibule.language'));
