/**
 * What the page is inside of a frame of another page: a link to itself. Where no header forbids frames, and a policy in the page cannot,
 * buttons that are laid under the pointer of a reader do nothing here.
 */

export const Framed = () => (
  <main class="narrow">
    <h1>The inspector does not run inside of another page</h1>
    <p>
      <a href={location.href} target="_blank" rel="noopener">
        Open it in a tab of its own
      </a>
    </p>
  </main>
);
