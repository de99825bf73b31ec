/** In the place of a document that this tab does not have. */

export function Forgotten() {
  return (
    <div class="narrow">
      <h1 tabindex="-1">A document of another tab</h1>
      <p class="panel">
        This address names a document that was pasted or dropped. Such documents stay in the tab that they were opened in: open it again to
        see it.
      </p>
    </div>
  );
}
