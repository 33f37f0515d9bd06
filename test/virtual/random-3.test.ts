import { testRuns } from './runs.ts';

testRuns(3);
