"""Of a photo whose original was never scanned the scan of its copy is told apart from that of the original."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0015_upload_attached_at")]

    operations = [
        migrations.AlterField("upload", "scan", models.CharField(
            choices=[
                ("off", "Nobody was asked"), ("not_scanned", "Not yet: the scanner was away"), ("clean", "Clean"),
                (
                    "copy_clean",
                    "Only the copy that we made, and it is clean: the scanner was away for the original",
                ),
                ("infected", "Infected: the file is gone from here"),
            ],
            default="off", max_length=11)),
    ]
