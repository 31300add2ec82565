import { writeFileSync } from 'node:fs';
import { makeScript, target } from './make-script.ts';

writeFileSync(target, makeScript());
