/** Scorecards of service lines: how well each shares its images, and what is done about it. */
export { LinePage } from './LinePage';
export { ScorecardsPage } from './ScorecardsPage';
