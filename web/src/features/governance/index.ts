/** Who uses the system, what they may see of whom, and who looks after it. What a person may do is the server's decision. */
export { EmergencyBanner } from './EmergencyBanner';
export { sectionsOf } from './sections';
export { SignInPage } from './SignInPage';
export { WelcomePage } from './WelcomePage';
export { readMonth } from './scorecards/months';
export { readProposals, readStart } from './decisions/search';
