/** A hook, in the page's tab. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f55c4"/>' +
  '<path d="M20 6v13a6 6 0 1 1-12 0v-3" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round"/>' +
  '<circle cx="20" cy="6.500" r="2.600" fill="#fff"/></svg>';
