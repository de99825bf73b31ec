// Preloaded into a measured program: says on standard error how many KiB of memory its process had at most.

process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\n`));
