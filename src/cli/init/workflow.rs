//! The workflow that `conform init` writes: one job, or one for each shard and another that settles them.

const HEAD: &str = "\
# Holds the API against its contract on every push. Written by `conform init`; adapt the three marked places.
name: conform
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  conform:
    runs-on: ubuntu-latest
    timeout-minutes: 10
";

const INSTALL: &str = "    steps:
      - uses: actions/checkout@v4
      # 1. How conform gets here. Put the address of its sources in the place of this one, or use your own image.
      - run: cargo install --locked --git https://example.com/conform.git
";

const TEST: &str = "      # 2. Start the API under test in the background, for example:
      # - run: ./start-my-service &
      - name: Test the API
        env:
          # Whichever the API asks for: a token, CONFORM_USERNAME and CONFORM_PASSWORD, or CONFORM_API_KEY.
          CONFORM_TOKEN: ${{ secrets.CONFORM_TOKEN }}
          # 3. Where the API is, unless conform.toml says it. Without a base URL, and with an empty one here, nothing is
          # tested and the step fails.
          # CONFORM_BASE_URL: ${{ vars.CONFORM_BASE_URL }}
        # --wait gives a service that was just started its time; add --param for values that it needs.
";

const REPORTS: &str = "      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: conform-reports
          path: reports/
";

/// A workflow for GitHub that starts a service, tests it in so many jobs side by side, and keeps the reports. Where the
/// settings have no base URL, a variable of the repository gives it.
pub fn github(shards: u16, has_base_url: bool) -> String {
    let variable = "CONFORM_BASE_URL: $";
    let test = match has_base_url {
        true => TEST.to_owned(),
        false => TEST.replace(&format!("# {variable}"), variable),
    };
    let test = test.as_str();
    if shards < 2 {
        let run = "        run: conform run --profile ci --wait 30s\n";
        return [HEAD, INSTALL, test, run, REPORTS].concat();
    }
    let numbers: Vec<String> = (1..=shards).map(|n| n.to_string()).collect();
    let matrix = format!(
        "    strategy:
      fail-fast: false
      matrix:
        shard: [{}]
",
        numbers.join(", ")
    );
    let part = format!(
        "        # What a shard finds (exit code 1), and what it leaves open (3), is told where all of them are settled.
        run: |
          conform run --profile ci --wait 30s --report json --shard ${{{{ matrix.shard }}}}/{shards} --record shard-${{{{ matrix.shard }}}}.rec || test $? -ne 2
      - uses: actions/upload-artifact@v4
        with:
          name: conform-shard-${{{{ matrix.shard }}}}
          path: shard-${{{{ matrix.shard }}}}.rec
"
    );
    let replays: Vec<String> = numbers
        .iter()
        .map(|n| format!("--replay shards/shard-{n}.rec"))
        .collect();
    let settle = format!(
        "  settle:
    needs: conform
    if: ${{{{ !cancelled() }}}}
    runs-on: ubuntu-latest
    timeout-minutes: 10
{INSTALL}      - uses: actions/download-artifact@v4
        with:
          pattern: conform-shard-*
          path: shards
          merge-multiple: true
      - name: Settle all shards
        run: conform run --profile ci {}
",
        replays.join(" ")
    );
    [HEAD, &matrix, INSTALL, test, &part, &settle, REPORTS].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::yaml;

    #[test]
    fn shards_are_jobs_side_by_side_and_one_that_settles_them() {
        let text = github(3, true);
        let root = yaml::parse(&text).unwrap();
        let at = |path: &[&str]| {
            path.iter()
                .try_fold(&root, |node, key| node.get(key))
                .cloned()
        };
        let shards = at(&["jobs", "conform", "strategy", "matrix", "shard"]).unwrap();
        assert_eq!(shards.as_sequence().unwrap().len(), 3);
        assert!(at(&["jobs", "settle", "steps"]).is_some());
        assert!(
            text.contains(
                "--shard ${{ matrix.shard }}/3 --record shard-${{ matrix.shard }}.rec ||"
            )
        );
        assert!(text.contains(
            "--replay shards/shard-1.rec --replay shards/shard-2.rec --replay shards/shard-3.rec\n"
        ));
        assert!(!github(1, true).contains("shard"));
        yaml::parse(&github(1, true)).unwrap();
    }

    #[test]
    fn the_base_url_is_a_variable_where_the_settings_have_none() {
        for has_base_url in [true, false] {
            let text = github(1, has_base_url);
            let root = yaml::parse(&text).unwrap();
            let steps = root.get("jobs").unwrap().get("conform").unwrap();
            let mut steps = steps.get("steps").unwrap().as_sequence().unwrap().iter();
            let env = steps.find_map(|step| step.get("env")).unwrap();
            assert_ne!(
                env.get("CONFORM_BASE_URL").is_some(),
                has_base_url,
                "{text}"
            );
        }
    }
}
