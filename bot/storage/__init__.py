"""What is kept between two starts: tables, migrations, and the stores that fulfil the ports."""
