import { problemOf } from '@vestibule/angular';
import { MergeResult } from '../../api/merges';
import { Latest } from '../../ui/latest';

/** The answer to a dry run: what the merge changes, or the rule that refuses it. */
export class MergePreview {
  readonly answer = new Latest<MergeResult | null>();
  readonly result = this.answer.value.asReadonly();
  private turn = 0;

  /** `reasons`: a sentence for each rule. */
  constructor(private readonly reasons: () => Readonly<Record<string, string>>) {}

  async load(request: () => Promise<MergeResult>): Promise<void> {
    const turn = ++this.turn;
    // Both belong to another merge.
    this.answer.value.set(null);
    this.answer.failure.set(null);
    let reason: string | undefined;
    await this.answer.run(async () => {
      try {
        return await request();
      } catch (error) {
        reason = problemOf(error)?.reason;
        throw error;
      }
    });
    if (turn !== this.turn) return;
    const failure = this.answer.failure();
    const sentence = reason === undefined ? undefined : this.sentenceOf(reason);
    if (failure && sentence) this.answer.failure.set({ ...failure, text: () => sentence });
  }

  private sentenceOf(reason: string): string | undefined {
    const reasons = this.reasons();
    return Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  }
}
