import assert from 'node:assert/strict';
import { createBoard, mayTakePart, openRound } from '../../src/backend/wasm/team/board.js';

describe('the board of a team', () => {
  it('lets only the given number of threads take part in a round', () => {
    const board = createBoard(4);
    openRound(board, { kernel: 0, job: 64, tasks: 8, threads: 2 });
    const taking = [0, 1, 2, 3].map((thread) => mayTakePart(board, thread));
    assert.deepEqual(taking, [true, true, false, false]);
  });
});
