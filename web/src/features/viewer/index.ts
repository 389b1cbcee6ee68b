/** The reading room: images of one study, and what is not an image as well as the browser can show it. */
export { ViewerPage } from './ViewerPage';
