"""All commands, and what becomes of their errors."""

import sys

import click

from sindiff.cli.applications import COMMANDS
from sindiff.cli.baseline import baseline_command
from sindiff.cli.data import data_command
from sindiff.cli.doctor import doctor_command
from sindiff.cli.evaluate import evaluate_command
from sindiff.cli.studio import studio_command
from sindiff.cli.terminal import fail
from sindiff.cli.tileset import tileset_command
from sindiff.cli.train import train_command
from sindiff.cli.weights import weights_command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="sindiff")
def cli() -> None:
    """Learn one picture with one small diffusion model, and invent new ones.

    \b
    Examples:
      sindiff sample photo.jpg --out new                  new pictures of a photo, with no training
      sindiff train photo.jpg --out runs/photo            learn it (a minute on a laptop), for more variety
      sindiff sample runs/photo --out more --n 8          eight new pictures
      sindiff outpaint photo.jpg photo.jpg --out wide     what lies around it
      sindiff evaluate photo.jpg more                     how good, how different, how much copied
      sindiff studio photo.jpg                            a page to draw on it, in the browser
    """


for command in (
    *COMMANDS,
    tileset_command,
    train_command,
    evaluate_command,
    baseline_command,
    studio_command,
    weights_command,
    data_command,
    doctor_command,
):
    cli.add_command(command)


def run() -> None:
    """Run the command; a mistake, a full disk or memory gives one line and an exit code, never a traceback."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fail("interrupted", 130)
    except BrokenPipeError:
        sys.exit(141)
    except OSError as error:
        fail(f"{error.filename or 'disk'}: {error.strerror or error}")
    except (ValueError, ArithmeticError) as error:
        fail(str(error))
    except NotImplementedError as error:
        if "aten::" not in str(error):
            raise
        operator = str(error).partition("aten::")[2].partition("'")[0]
        fail(f"this device does not know how to compute {operator}: use --device cpu")
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        fail("not enough memory: a smaller picture, canvas or batch needs less")
