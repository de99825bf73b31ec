import { answer } from "../../app.js";

export default async function Page({ searchParams }) {
  const { registry } = await searchParams;
  return <output>{await answer(registry)}</output>;
}
