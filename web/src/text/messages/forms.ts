/** Forms by the plural rules of a language (Unicode CLDR); `other` serves for those that are not there. */
export type Forms = { readonly other: string } & Partial<
  Record<'zero' | 'one' | 'two' | 'few' | 'many', string>
>;

/** Words by their keys. A text with forms is one that counts something: its `{n}` is the number. */
export type Messages = Readonly<Record<string, string | Forms>>;

/** The same words in another language: none may be missing, and none be there that is not in English. */
export type In<English extends Messages> = {
  readonly [K in keyof English]: English[K] extends string ? string : Forms;
};
