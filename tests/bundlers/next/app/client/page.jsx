"use client";

import { useEffect, useState } from "react";
import { answer } from "../../app.js";

export default function Page() {
  const [text, setText] = useState("");
  useEffect(() => {
    answer(new URLSearchParams(location.search).get("registry")).then(setText, (error) => setText(String(error)));
  }, []);
  return <output>{text}</output>;
}
