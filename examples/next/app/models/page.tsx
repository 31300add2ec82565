import { connection } from 'next/server';
import { EntryList } from '../../lib/entry-list.tsx';
import { models } from '../../lib/list.ts';

/** Rendered at each request: an API route of pages cannot renew a page of the App Router. */
const ModelsPage = async () => {
  await connection();
  return (
    <main>
      <h1>3D models</h1>
      <EntryList entries={await models.all()} />
    </main>
  );
};

export default ModelsPage;
