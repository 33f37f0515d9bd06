/** A story in a world of its own, which is taken down after it however it ends. */
import { atRest } from './cms-side.ts';
import { type Product, World, type WorldOptions } from './world.ts';

/** Begins once the product runs, every room was read and the slots stand. */
export async function inWorld(
  options: WorldOptions,
  story: (world: World, product: Product) => Promise<void>,
): Promise<void> {
  const world = await World.create(options);
  try {
    const product = await world.start();
    await atRest(world, product);
    await story(world, product);
  } finally {
    await world.destroy();
  }
}
