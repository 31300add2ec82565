// why: Koa 2 is installed under another name, and its own types would replace those of Koa 3.
declare module 'koa2' {
  import Koa = require('koa');
  export = Koa;
}

declare module 'koa-bodyparser' {
  import Koa = require('koa');
  function bodyParser(options?: { readonly enableTypes?: readonly string[] }): Koa.Middleware;
  export = bodyParser;
}
