// The release line: the sun runs along it.

export class Line {
  #length;

  constructor(root) {
    this.path = root.querySelector(".rl.ahead");
    this.sun = root.querySelector(".rl-now");
    this.done = root.querySelector("#heard rect");
  }

  draw(share) {
    const x = 640 * Math.min(1, Math.max(0, share || 0));
    this.sun.setAttribute("cx", x);
    this.sun.setAttribute("cy", this.#heightAt(x));
    this.done.setAttribute("width", x + 4);
  }

  // The line never runs back, so where it has come as far as x is found by halving.
  #heightAt(x) {
    let [low, high] = [0, (this.#length ??= this.path.getTotalLength())];
    for (let turn = 0; turn < 14; turn += 1) {
      const middle = (low + high) / 2;
      if (this.path.getPointAtLength(middle).x < x) low = middle;
      else high = middle;
    }
    return this.path.getPointAtLength(low).y;
  }
}
