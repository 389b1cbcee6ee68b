/** The archive as people meet it: finding studies, bringing images in, looking at one study or patient. */
export { SearchPage } from './SearchPage';
export { readSearch } from './search-params';
export { UploadProvider, useUploads } from './upload/UploadProvider';
export { Bringing } from './Bringing';
export { readTimelineFilter } from './timeline';
export { readLaunch } from './open/launch';
