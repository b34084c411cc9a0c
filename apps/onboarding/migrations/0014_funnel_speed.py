"""Sums that are read from few rows: by week, by the clock, and by all dimensions together."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('onboarding', '0013_notes_of_the_ended'),
    ]

    operations = [
        migrations.CreateModel(
            name='FunnelCell',
            fields=[
                ('pk', models.CompositePrimaryKey('client_id', 'slot', 'language', 'device', 'flow', 'variants', blank=True, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.UUIDField()),
                ('slot', models.IntegerField(help_text='Quarters of an hour since 1970, UTC.')),
                ('language', models.CharField(max_length=8)),
                ('device', models.CharField(max_length=40)),
                ('flow', models.CharField(max_length=100)),
                ('variants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=140), default=list, help_text='experiment:arm', size=None)),
                ('started', models.IntegerField(default=0)),
                ('engaged', models.IntegerField(default=0)),
                ('recommendations', models.IntegerField(default=0)),
                ('decision', models.IntegerField(default=0)),
                ('completed', models.IntegerField(default=0)),
                ('dropped_started', models.IntegerField(default=0)),
                ('dropped_engaged', models.IntegerField(default=0)),
                ('dropped_recommendations', models.IntegerField(default=0)),
                ('dropped_decision', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='FunnelClock',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'utc_day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.UUIDField()),
                ('utc_day', models.IntegerField(help_text='Days since 1970.')),
                ('n', models.BigIntegerField(default=0, help_text='Sessions that started or left.')),
                ('counts', models.BinaryField(help_text='As `funnel_analytics.clock` packs them.')),
            ],
        ),
        migrations.CreateModel(
            name='FunnelWeek',
            fields=[
                ('pk', models.CompositePrimaryKey('scope', 'dimension', 'week', 'value', blank=True, editable=False, primary_key=True, serialize=False)),
                ('scope', models.UUIDField()),
                ('dimension', models.CharField(max_length=10)),
                ('value', models.CharField(max_length=140)),
                ('week', models.DateField(help_text='Its Monday.')),
                ('started', models.BigIntegerField(default=0)),
                ('times', models.BinaryField(help_text='Histograms, as `funnel_analytics.lanes` packs them.')),
            ],
        ),
    ]
