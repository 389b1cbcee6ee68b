/** Who uses the system: signing in, first account. What a person may do is the server's decision. */
export { EmergencyBanner } from './EmergencyBanner';
export { SignInPage } from './SignInPage';
export { WelcomePage } from './WelcomePage';
export { readMonth } from './scorecards/months';
