import type { Entry } from './list.ts';

export const EntryList = ({ entries }: { entries: readonly Entry[] }) =>
  entries.length === 0 ? (
    <p>Nothing yet.</p>
  ) : (
    <ul>
      {entries.map(({ id, title, address }) => (
        <li key={id}>{address === undefined ? title : <a href={address}>{title}</a>}</li>
      ))}
    </ul>
  );
