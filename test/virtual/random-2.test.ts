import { testRuns } from './runs.ts';

testRuns(2);
