// why: Express 4 is installed under another name, and its own types would replace those of Express 5.
declare module 'express4' {
  import express = require('express');
  export = express;
}
