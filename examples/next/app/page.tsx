import Link from 'next/link';
import { EntryList } from '../lib/entry-list.tsx';
import { videos } from '../lib/list.ts';

/** Built once, and again whenever a webhook says that there is something new. */
const VideosPage = async () => (
  <main>
    <h1>Videos</h1>
    <EntryList entries={await videos.all()} />
    <Link href="/models">3D models</Link>
  </main>
);

export default VideosPage;
