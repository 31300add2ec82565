/** One promise that every implementation keeps. Uses no test framework: it resolves where the promise is kept, and rejects where not. */
export interface ContractCase {
  /** A sentence about behaviour; the title of a test. */
  readonly name: string;
  /** Why the case does not apply, where it was left out. Running it would prove nothing. */
  readonly leftOut?: string;
  run(): Promise<void>;
}

/** Names of cases to leave out, each with its reason. */
export type LeftOut<Name extends string = string> = Readonly<Partial<Record<Name, string>>>;

/** The promises of a contract, by name; each is given what it is to judge. */
export type ContractTable<Subject, Name extends string = string> = Readonly<
  Record<Name, (subject: Subject) => Promise<void> | void>
>;

/**
 * Binds a contract's table to what it judges. Run the cases with any framework:
 *
 * ```ts
 * for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
 * ```
 *
 * @throws {RangeError} where `leaveOut` names a case that does not exist, or gives no reason: a case is never left out by accident.
 */
export const contractCases = <Subject, Name extends string>(
  table: ContractTable<Subject, Name>,
  subject: Subject,
  leaveOut?: LeftOut<NoInfer<Name>>,
): readonly ContractCase[] => {
  const reasons = new Map(Object.entries<string | undefined>(leaveOut ?? {}));
  for (const [name, reason] of reasons) {
    if (!Object.hasOwn(table, name)) {
      throw new RangeError(
        `The contract has no case "${name}" to leave out. It has: ${Object.keys(table).join('; ')}.`,
      );
    }
    if (reason === undefined || reason.trim() === '') {
      throw new RangeError(`The case "${name}" is left out without a reason.`);
    }
  }
  return Object.entries<ContractTable<Subject>[string]>(table).map(([name, keep]) => {
    const leftOut = reasons.get(name);
    return { name, run: async () => keep(subject), ...(leftOut !== undefined && { leftOut }) };
  });
};
