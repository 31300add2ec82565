/** While something is put together; `Readonly` to everyone else. */
export type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
