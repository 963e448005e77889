import { GatewayError, OverloadError, describeError } from '../base/errors.ts';
import type { AuditEntry } from './audit-line.ts';
import type { AuditLog } from './audit-log.ts';
import type { GateState, StateFile } from './gate-state.ts';
import { refusal, type Refusal } from './write-request.ts';

/** What must be on the disk before a frame leaves; what the disk refuses becomes a refusal. */
export class GateRecords {
  readonly #audit: AuditLog;
  readonly #file: StateFile;

  constructor(audit: AuditLog, file: StateFile) {
    this.#audit = audit;
    this.#file = file;
  }

  get state(): GateState {
    return this.#file.state;
  }

  async append(entry: AuditEntry): Promise<Refusal | undefined> {
    try {
      await this.#audit.append(entry);
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const advice = error instanceof OverloadError ? 'try again' : 'make room on the disk';
      return refusal('audit-failed', `${describeError(error)}; ${advice}`);
    }
  }

  async save(): Promise<Refusal | undefined> {
    try {
      await this.#file.save();
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return refusal('disk-failed', `${describeError(error)}; make room on the disk`);
    }
  }
}
