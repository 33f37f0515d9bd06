/** What a shell offers for the word under the cursor: found in the tree of commands, so that it is never behind them. */
import type { Argument, Command, Option } from 'commander';

/** Named things that are not in the tree of commands. */
export type Source = 'call-bridges' | 'rooms' | 'queues' | 'files';

export interface Choice {
  readonly value: string;
  readonly description: string;
}

export interface Completions {
  readonly choices: readonly Choice[];
  /** More of them are to be found there. */
  readonly source?: Source;
  /** Options that stand before the word, with their values, as far as the last command knows them. */
  readonly given: Readonly<Record<string, string>>;
}

const defaults = new WeakSet<Command>();

/** Marks a subcommand as the one that is meant where none is named. */
export function byDefault(command: Command): Command {
  defaults.add(command);
  return command;
}

/** @param words what follows the program's name, up to the cursor; the last one is still being written */
export function completionsAt(program: Command, words: readonly string[]): Completions {
  const place = new Place(program);
  for (const word of words.slice(0, -1)) place.pass(word);
  const current = words.at(-1) ?? '';
  const { choices, source } = place.offers(current);
  const given = Object.fromEntries(place.given);
  return {
    choices: choices.filter(({ value }) => value.startsWith(current)),
    ...(source && { source }),
    given,
  };
}

/** Where in the tree the words have led. */
class Place {
  readonly given = new Map<string, string>();
  #command: Command;
  /** Operands that are no commands. */
  #operands = 0;
  #awaits: Option | undefined;
  #onlyOperands = false;

  constructor(program: Command) {
    this.#command = program;
  }

  pass(word: string): void {
    if (this.#awaits !== undefined) {
      this.given.set(this.#awaits.attributeName(), word);
      this.#awaits = undefined;
    } else if (this.#onlyOperands || !word.startsWith('-') || word === '-') this.#passOperand(word);
    else if (word === '--') this.#onlyOperands = true;
    else this.#passOption(word);
  }

  #passOperand(word: string): void {
    const next =
      this.#operands === 0 ? subcommands(this.#command).find((one) => isNamed(one, word)) : undefined;
    if (next === undefined) this.#operands++;
    else this.#command = next;
  }

  #passOption(word: string): void {
    const [name = '', value] = word.split(/=(.*)/s, 2);
    const option = this.#options().find(({ long, short }) => name === long || name === short);
    if (option === undefined) return;
    if (value !== undefined) this.given.set(option.attributeName(), value);
    else if (option.required || option.optional) this.#awaits = option;
    else this.given.set(option.attributeName(), '');
  }

  offers(current: string): Omit<Completions, 'given'> {
    if (this.#awaits !== undefined) return ofOption(this.#awaits);
    const [name = '', value] = current.split(/=(.*)/s, 2);
    if (!this.#onlyOperands && value !== undefined && name.startsWith('--')) {
      const option = this.#options().find(({ long }) => long === name);
      if (option === undefined) return { choices: [] };
      const { choices } = ofOption(option);
      return { choices: choices.map((one) => ({ ...one, value: `${name}=${one.value}` })) };
    }
    if (!this.#onlyOperands && current.startsWith('-')) return { choices: this.#offeredOptions() };
    const commands = this.#operands === 0 ? subcommands(this.#command) : [];
    return { ...this.#ofArgument(), ...(commands.length > 0 && { choices: commands.map(choiceOf) }) };
  }

  /** Long ones that are not given yet. */
  #offeredOptions(): Choice[] {
    return this.#options().flatMap((option) =>
      option.long === undefined || this.given.has(option.attributeName())
        ? []
        : [{ value: option.long, description: option.description }],
    );
  }

  #ofArgument(): Omit<Completions, 'given'> {
    const own = this.#meant().registeredArguments;
    const last = own.at(-1);
    const argument = own[this.#operands] ?? (last?.variadic === true ? last : undefined);
    if (argument === undefined) return { choices: [] };
    return offered(argument, sources[argument.name()]);
  }

  /** The command itself, or the one that is meant where none of its own is named. */
  #meant(): Command {
    return this.#command.commands.find((one) => defaults.has(one)) ?? this.#command;
  }

  /** Of the command and of those above it, which take theirs also behind it. */
  #options(): readonly Option[] {
    const found = [...visible(this.#meant())];
    for (let above = this.#command.parent; above !== null; above = above.parent)
      found.push(...above.options.filter(({ hidden, long }) => !hidden && long !== '--version'));
    return found;
  }
}

function visible(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function subcommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

function isNamed(command: Command, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}

function choiceOf(command: Command): Choice {
  return { value: command.name(), description: command.description() };
}

/** By the names of arguments in the help. */
const sources: Readonly<Record<string, Source>> = {
  address: 'call-bridges',
  queue: 'queues',
};

function ofOption(option: Option): Omit<Completions, 'given'> {
  const placeholder = /<(.+)>/.exec(option.flags)?.[1] ?? '';
  return offered(option, placeholder === 'file' ? 'files' : option.long === '--room' ? 'rooms' : undefined);
}

function offered(
  { argChoices }: Pick<Argument | Option, 'argChoices'>,
  source: Source | undefined,
): Omit<Completions, 'given'> {
  const choices = (argChoices ?? []).map((value) => ({ value, description: '' }));
  return { choices, ...(source && { source }) };
}
