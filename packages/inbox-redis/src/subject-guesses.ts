/** What was last known of subjects here. Another process may have changed it since: the script that stores compares, and says so. */
export interface SubjectGuesses {
  /** As Redis keeps it; empty where nothing is known. `undefined` for a subject that nothing was noted of. */
  of(subject: string): string | undefined;
  note(subject: string, value: string): void;
}

/** Remembers the `most` subjects that were noted last, with what is no longer than `longest` characters. */
export const createSubjectGuesses = (most: number, longest: number): SubjectGuesses => {
  const values = new Map<string, string>();
  return {
    of: (subject) => values.get(subject),
    note(subject, value) {
      values.delete(subject);
      if (value.length > longest) return;
      values.set(subject, value);
      if (values.size <= most) return;
      for (const oldest of values.keys()) {
        values.delete(oldest);
        return;
      }
    },
  };
};
