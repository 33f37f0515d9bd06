/** What the listeners need of a logger; pino's fits. Messages are constant, what varies is in the fields. */
export interface HttpLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
