/**
 * `npm run score`: how well the scan finds what is there, on our labelled corpus and, where it lies beside the checkout, on the
 * practice estate. Prints tables; ends with 0 whatever they say. WHEREABOUTS_PRACTICE names another practice folder.
 */
import { scoreCorpus } from './score-corpus.ts';
import { scorePractice } from './score-practice.ts';

await scoreCorpus();
await scorePractice(process.env.WHEREABOUTS_PRACTICE);
